"""The words that names of fields are made of, in Chinese and English, and what each means.

General knowledge of how catalogues are written (FACTS 2.2 and DCAT name the fields); no portal
is named. A token is what remains of a word whatever the language: ``发布`` and ``issued`` are
both ``publish``.
"""

from __future__ import annotations

from collections.abc import Mapping

# Longer words are found first, so that 联系人 is not read as 联系 and 人.
CHINESE: Mapping[str, str] = {
    "thing": (
        "数据集 数据资源 信息资源 政务信息资源 公共数据 政务数据 数据目录 资源目录 "
        "信息目录 数据 资源 "
        "信息 目录 政务 公共 产品 表 文件 接口 服务 国家 本级 所在 所属 首次 最近 "
        "最新 最后 上次 主要 重点 "
        "内容 原始 平台 相关 基本 分 级 一级 二级 电子 库"
    ),
    "name": "名称 标题 题名 题目 名 中文名",
    "organisation": (
        "提供单位 提供部门 提供机构 提供方 提供者 提供人 发布单位 发布部门 "
        "发布机构 发布者 发布方 "
        "来源单位 来源部门 来源机构 数源单位 数源部门 责任单位 责任部门 主管部门 "
        "主管单位 归属单位 归属部门 "
        "权属单位 编目单位 编目部门 部门 单位 机构 委办局 组织 局办 职能部门 厅局 处室 科室 方"
    ),
    "provide": "提供 供给 责任 主管 归属 归口 权属 数源 编目 维护 牵头 生产",
    "source": "来源",
    "code": "统一社会信用代码 信用代码 代码 编码 编号 标识符 标识 主键 序号 索引号 号码 唯一码 码",
    "describe": (
        "摘要 描述 简介 说明 介绍 概述 概要 简述 备注 详情 简要说明 内容描述 内容摘要 内容简介"
    ),
    "cycle": "更新周期 更新频率 更新频度 更新频次 更新方式 周期 频率 频度 频次",
    "update": "更新 修改 变更 修订 维护更新 刷新",
    "publish": "发布 上线 上架 公布 开放发布 首发 发表",
    "create": "创建 上传 入库 新增 登记 注册 采集 录入 生成 编制 建立",
    "time": "时间 日期 年月 年份 日 时刻",
    "theme": (
        "主题分类 主题领域 主题 领域 分类 类别 类目 专题 主题库 栏目 目录分类 门类 专栏 大类 小类"
    ),
    "industry": "行业分类 行业领域 所属行业 行业 产业",
    "keyword": "标签 关键字 关键词 标记",
    "open": "开放 公开 面向社会 向社会开放 社会开放",
    "share": "共享",
    "level": "属性 类型 等级 级别 程度 状态 方式 形式 模式 性质 层级 是否 范围 权限",
    "condition": "条件 要求 限制 依据",
    "format": "格式 文件格式 文件类型 数据类型 文件类别 资源类型 后缀 扩展名 介质 载体 下载类型",
    "count": (
        "数据量 数据条数 记录数 记录数量 总条数 条数 行数 总量 容量 数量 总数 条目 "
        "大小 次数 量 数 字段数"
    ),
    "visit": (
        "浏览 访问 下载 点击 收藏 评论 评分 评价 调用 申请 关注 点赞 使用 订阅 阅读 热度 人气 查看"
    ),
    "phone": "联系电话 电话号码 联系方式 咨询电话 服务电话 部门电话 电话 手机 热线 传真",
    "email": "电子邮箱 电子邮件 邮箱 邮件 信箱",
    "contact": "联系人 负责人 联络人 联系人姓名 责任人 创建人 发布人 人 姓名",
    "address": "详情页网址 详情页 详情网址 网址 链接 网页 页面 地址 网站 路径 跳转",
    "item": "信息项 数据项 字段 指标项 数据元 列名 字段名 表头 数据项目",
    "licence": "许可协议 许可 协议 授权 许可证",
    "region": "行政区划 行政区域 区划 区域 地区 地域 空间范围 行政区 城市 区县",
    "version": "版本号 版本",
    "system": "信息系统 业务系统 系统 关联 英文 英文名 拼音 样例 示例 语种 语言",
    "span": "开始 结束 起始 截止 时间范围 时间跨度 覆盖 下架 有效期 起止",
    "grade": "数据级别 安全级别 数据分级 安全等级 数据等级 敏感级别 分级",
    "scene": "应用场景 使用场景 场景 应用领域 用途",
}
ENGLISH: Mapping[str, str] = {
    "thing": "data dataset datasets resource resources res catalog catalogue cata cat ds info "
    "information table file first last latest the of is main text str value list en cn zh fore "
    "front show disp display metadata conf config row entry original meta "
    "extra extras package pkg obj new",
    "name": "name title caption heading nm names titles label",
    "organisation": "organisation organization org orgs dept department depts agency office "
    "publisher provider unit institution bureau owner company supplier maintainer custodian corp "
    "steward holder authority ministry",
    "provide": "provide provided providing supply",
    "source": "source src origin from",
    "code": "id ids code identifier uuid guid uid no number key sn rowguid pk oid handle slug rid",
    "describe": (
        "description descriptions desc descr des describe abstract summary intro "
        "introduction "
        "remark remarks note notes memo comment brief about digest detail details content"
    ),
    "cycle": "frequency freq cycle period periodicity interval accrual",
    "update": "update updated updates upd modify modified modification change changed refresh "
    "revised revision edit edited lastmod mod upt",
    "publish": "publish published publication pub issued issue release released online",
    "create": "create created creation upload uploaded register registered insert inserted add "
    "added input gather",
    "time": "time date datetime at timestamp day on year dt tm",
    "theme": "theme themes topic topics subject category categories classification class catg "
    "domain field group groups sector classify column channel type1",
    "industry": "industry industries trade profession",
    "keyword": "keyword keywords keywd tag tags keys labels",
    "open": "open opened openness public access",
    "share": "share shared sharing",
    "level": "level type attribute attr mode kind status state property rights right way "
    "degree flag scope",
    "condition": "condition conditions cond requirement require limit restriction policy basis",
    "format": "format formats fmt suffix extension ext mime mimetype filetype media",
    "count": (
        "count cnt num total volume size quantity amount record rows records rowcount length qty"
    ),
    "visit": "view views visit visits click clicks hit hits download downloads browse apply score "
    "rating star collect favorite comments invoke call calls pv uv read like "
    "likes use used subscribe subscribed subscription",
    "phone": "phone tel telephone mobile hotline fax call",
    "email": "email mail mailbox",
    "contact": "contact contacts linkman contactor person man liaison principal",
    "address": "url uri link href website site address homepage page web landing path",
    "item": "item items field fields column columns col cols schema attributes variable variables",
    "licence": "license licence licenses agreement copyright terms",
    "region": "region area district city county province division spatial coverage place location "
    "regioncode zone",
    "version": "version ver",
    "system": (
        "system systems english sample samples language languages lang relation "
        "related spell pinyin"
    ),
    "span": "begin start end expire expired expiry valid temporal until offline effective",
    "grade": "grade",
    "scene": "scene scenario scenarios usage",
}
